"""Settings from the environment. All that is missing or wrong is reported at once, in words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.drafting.model.receipt import Prices
from bot.errors import CountersignError

SLACK_API = "https://slack.com/api/"
_SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{32,88}={0,2}")
_KEY = re.compile(r"[A-Za-z0-9+/]{43}=")
_FERNET = re.compile(r"[A-Za-z0-9_-]{43}=")
_IMAP = re.compile(r"imaps?://[^/\s]+/[^\s]+")


class Settings(BaseSettings):
    """Names and meanings are a contract: see the README's table."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True, populate_by_name=True)

    slack_bot_token: str = Field(default="", description="Bot token, xoxb-…")
    slack_app_token: str = Field(default="", description="App-level token, xapp-…: Slack's traffic by Socket Mode")
    slack_signing_secret: str = Field(default="", description="For HTTP mode, where no app token is set")
    slack_api_url: str = Field(default=SLACK_API, description="Root of Slack's Web API")
    port: int = Field(default=3000, ge=0, le=65535, description="Where HTTP is served")
    openai_api_key: str = Field(default="", description="Key of the model server")
    openai_base_url: str = Field(default="", description="Root of any OpenAI-compatible server")
    openai_model: str = Field(default="", description="Required with a key or a base URL")
    openai_limit_param: Literal["max_completion_tokens", "max_tokens", "none"] = Field(
        default="max_completion_tokens", description="What the server calls the limit of an answer"
    )
    openai_temperature: float | Literal["none"] = Field(default=0.1, description="none: left to the server")
    openai_seconds: float = Field(default=300.0, ge=5, le=3600, description="A draft's time at the model server")
    openai_prices: str = Field(default="", description="Dollars for a million tokens in and out")
    openai_context: int = Field(default=32_000, ge=4096, description="Tokens the model takes, answer included")
    tokens_per_day: int = Field(default=0, ge=0, description="Tokens of the whole workspace in a day; 0: no limit")
    tokens_per_person_per_day: int = Field(default=0, ge=0, description="Tokens of each person in a day; 0: no limit")
    database_url: str = Field(default="", description="SQLite in the data folder, or postgresql+psycopg://…")
    drafts_at_once: int = Field(default=4, ge=1, le=64, description="Drafts being written at the same time, a process")
    drafts_per_minute: int = Field(default=60, ge=1, description="Drafts begun in any minute, in the whole workspace")
    webhook_secret: str = Field(default="", description="Signs calls of webhooks, whsec_…")
    webhook_private: bool = Field(default=False, description="Whether webhooks in our own network may be called")
    smtp_url: str = Field(default="", description="Where mail is sent: smtps://user:password@host, or smtp://…")
    mail_from: str = Field(default="", description="The sender of mail")
    imap_url: str = Field(default="", description="Where sent mail is found: imaps://user:password@host/Sent")
    sink_keys: str = Field(default="", description="Fernet keys that seal the credentials of sinks, the newest first")
    audit_key: str = Field(default="", description="Signs the heads of the audit log: 32 bytes in base64")
    data_dir: Path = Field(
        default=Path("data"), validation_alias="COUNTERSIGN_DATA", description="Folder of the SQLite file"
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.slack_api_url.endswith("/"):
            self.slack_api_url += "/"
        if not self.database_url:
            self.database_url = f"sqlite:///{self.data_dir.absolute() / 'countersign.db'}"
        return self

    @property
    def has_model(self) -> bool:
        """Whether drafts come from a model server; if not, from the offline drafter."""
        return bool(self.openai_api_key or self.openai_base_url)

    @property
    def token_limit_param(self) -> str:
        """The name of the parameter that limits an answer; "" where none is to be sent."""
        return "" if self.openai_limit_param == "none" else self.openai_limit_param

    @property
    def temperature(self) -> float | None:
        """The temperature to ask for; None where none is to be sent."""
        return None if self.openai_temperature == "none" else self.openai_temperature

    def problems(self) -> list[str]:
        """What is missing or wrong, one sentence each with what to do; empty if the program can run."""
        found = []
        if not self.slack_bot_token:
            found.append("SLACK_BOT_TOKEN is missing: it starts with xoxb- (your app's page, OAuth & Permissions).")
        elif not self.slack_bot_token.startswith("xoxb-"):
            found.append("SLACK_BOT_TOKEN is not a bot token: it must start with xoxb-.")
        if not self.slack_app_token and not self.slack_signing_secret:
            found.append(
                "Set SLACK_APP_TOKEN (xapp-…, Basic Information, App-Level Tokens, scope connections:write) for Socket "
                "Mode, or SLACK_SIGNING_SECRET for HTTP mode."
            )
        if self.slack_app_token and not self.slack_app_token.startswith("xapp-"):
            found.append("SLACK_APP_TOKEN is not an app-level token: it must start with xapp-.")
        if not self.slack_api_url.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")):
            found.append("SLACK_API_URL must be https:// (or http:// on this machine, for the sandbox).")
        if self.has_model and not self.openai_model:
            found.append("OPENAI_MODEL is missing: name the model that OPENAI_BASE_URL or OPENAI_API_KEY gives you.")
        if self.openai_model and not self.has_model:
            found.append("OPENAI_MODEL is set but neither OPENAI_API_KEY nor OPENAI_BASE_URL: set one, or clear it.")
        try:
            Prices.parse(self.openai_prices)
        except CountersignError as error:
            found.append(str(error))
        if not self.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
            found.append("DATABASE_URL must start with sqlite:/// or postgresql+psycopg://.")
        if self.audit_key and not _KEY.fullmatch(self.audit_key):
            found.append("AUDIT_KEY must be 32 bytes in base64: countersign audit key makes one.")
        found += _problems_of_effects(self)
        return found


def _problems_of_effects(settings: Settings) -> list[str]:
    found = []
    if settings.sink_keys and not all(_FERNET.fullmatch(key.strip()) for key in settings.sink_keys.split(",")):
        found.append("SINK_KEYS must be keys that countersign sink key makes, with commas between them, newest first.")
    if settings.webhook_secret and not _SECRET.fullmatch(settings.webhook_secret):
        found.append("WEBHOOK_SECRET must be whsec_ and then 24 to 64 bytes in base64.")
    if settings.smtp_url and not settings.smtp_url.startswith(("smtps://", "smtp://")):
        found.append("SMTP_URL must start with smtps:// (or smtp://, upgraded to TLS except on this machine).")
    if bool(settings.smtp_url) != bool(settings.mail_from):
        found.append("SMTP_URL and MAIL_FROM belong together: set both, or neither.")
    if settings.imap_url and not _IMAP.fullmatch(settings.imap_url):
        found.append("IMAP_URL must be imaps://user:password@host/Folder, with the folder of sent mail.")
    return found


def from_environment() -> Settings:
    """The settings as they stand. Raises CountersignError for a value that cannot be read at all."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"{str(problem['loc'][-1]).upper()}: {problem['msg']}." for problem in error.errors()]
        raise CountersignError("\n".join(["The settings cannot be used:", *lines])) from error
    except UnicodeDecodeError as error:
        raise CountersignError("The file .env cannot be read: save it as UTF-8 text.") from error


def load() -> Settings:
    """The settings of this process. Raises CountersignError that names every problem."""
    settings = from_environment()
    problems = settings.problems()
    if problems:
        raise CountersignError("\n".join(["The settings cannot be used:", *(f"  - {line}" for line in problems)]))
    return settings

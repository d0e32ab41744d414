"""Settings from the environment. All that is missing or wrong is reported at once, in words."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import CountersignError

SLACK_API = "https://slack.com/api/"


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
    database_url: str = Field(default="", description="SQLite in the data folder, or postgresql+psycopg://…")
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
        if not self.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
            found.append("DATABASE_URL must start with sqlite:/// or postgresql+psycopg://.")
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

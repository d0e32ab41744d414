"""What has to be known of a place, for each sort of sink. Nothing here loads a client."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import BaseModel, Field

_ADDRESS = r"^https?://[^\s/@?#]+(/[^\s?#]*)?$"


class WebhookPlace(BaseModel):
    """Which address is called; the secret signs the calls as Standard Webhooks says."""

    url: str = Field(pattern=r"^https?://[^\s/@]+(/\S*)?$")
    heeds_keys: bool = False  # it does nothing twice that comes twice with one webhook-id

    def label(self) -> str:
        """The host alone: the rest of such an address is often its password."""
        return f"the webhook at {urlsplit(self.url).hostname}"


class GitHubPlace(BaseModel):
    """A repository; the secret is a token that may read and write its issues."""

    repo: str = Field(pattern=r"^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$")
    web: str = Field(default="https://github.com", pattern=_ADDRESS)
    api: str = Field(default="https://api.github.com", pattern=_ADDRESS)

    def label(self) -> str:
        """The repository, with its host where that is not GitHub's own."""
        host = urlsplit(self.web).hostname
        return f"GitHub {self.repo}" if host == "github.com" else f"GitHub {self.repo} at {host}"


class JiraPlace(BaseModel):
    """A project; the secret is the API token of a user, or without one a personal access token."""

    server: str = Field(pattern=_ADDRESS)
    project: str = Field(pattern=r"^[A-Z][A-Z0-9_]+$")
    issue_type: str = Field(default="Task", min_length=1, max_length=60)
    user: str = Field(default="", max_length=200)  # in the cloud, an e-mail address

    def label(self) -> str:
        """The project and its host."""
        return f"Jira {self.project} at {urlsplit(self.server).hostname}"


class SlackListPlace(BaseModel):
    """A list, by the address that Slack copies; the secret is a token that may read and write lists."""

    url: str = Field(pattern=r"^https://[A-Za-z0-9.-]+/lists/T[A-Z0-9]+/F[A-Z0-9]+$")

    @property
    def list_id(self) -> str:
        """What Slack calls it."""
        return self.url.rpartition("/")[2]

    def label(self) -> str:
        """Slack does not tell what people call it."""
        return f"the Slack list {self.list_id}"

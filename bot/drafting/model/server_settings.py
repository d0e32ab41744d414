"""The address and the key of a model server, checked before the first conversation goes there."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.drafting.drafter import DrafterError


def shown_address(base_url: str) -> str:
    """The address as people may see it: no password, no query. Raises DrafterError where it is no address."""
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in ("http", "https") or not base_url.isascii() or " " in base_url:
        raise DrafterError(
            "OPENAI_BASE_URL is not the address of an API: it must look like https://api.openai.com/v1.", permanent=True
        )
    where = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{where}{f':{port}' if port else ''}{parts.path}"


def checked_key(api_key: str) -> str:
    """The key without the line break that files end with. Raises DrafterError where no server could take it."""
    key = api_key.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise DrafterError("OPENAI_API_KEY has characters that no key has: copy it again.", permanent=True)
    return key

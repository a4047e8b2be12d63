"""Where the site is reached."""

from starlette.requests import Request

from api.settings import Settings


def site_address(settings: Settings, request: Request) -> str:
    """The address with a slash at its end: the setting, else as it was asked."""
    return settings.public_url.rstrip("/") + "/" if settings.public_url else str(request.base_url)

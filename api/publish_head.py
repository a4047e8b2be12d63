"""``python -m api.publish_head``: write the snapshot of the newest revision, if it is not there."""

import gc

from api.current import open_store_of, publish_head
from api.settings import Settings


def main() -> None:
    """Publish, with the settings of the environment."""
    # It makes no cycles: nothing to collect.
    gc.disable()
    settings = Settings()
    store = open_store_of(settings)
    try:
        publish_head(settings, store)
    finally:
        store.close()


if __name__ == "__main__":
    main()

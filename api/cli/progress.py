"""Progress bars on standard error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def import_progress() -> Iterator[Callable[[str, float], None]]:
    """Told a title and the share done; shows nothing for work that is over at once."""
    from rich.progress import Progress, TaskID

    from api.cli.output import errors

    tasks: dict[str, TaskID] = {}
    with Progress(console=errors, transient=True) as bar:

        def tell(title: str, share: float) -> None:
            if title not in tasks:
                tasks[title] = bar.add_task(title, total=1.0)
            bar.update(tasks[title], completed=share)

        yield tell

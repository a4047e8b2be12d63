"""A sentence for people, in the two languages of the project."""

from typing import Literal, NamedTuple, get_args

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)


class Text(NamedTuple):
    """The same sentence in Chinese and in English.

    >>> Text("郑州", "Zhengzhou").get("en")
    'Zhengzhou'
    >>> str(Text("郑州", "Zhengzhou"))
    '郑州 / Zhengzhou'
    """

    zh: str
    en: str

    def get(self, lang: Lang) -> str:
        """The sentence in one language."""
        return self.zh if lang == "zh" else self.en

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"

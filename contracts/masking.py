"""People as they are shown: the last three digits of numbers, the first letter of names."""

SHOWN = 3
"""The first six digits of an identity number tell province, sex, century and year: none is shown."""


def masked_number(number: str) -> str:
    """An identity or telephone number with only its last three characters (che số định danh).

    Every page, paper and export that shows such a number shows this. A number of three characters or
    fewer is hidden whole.

    >>> masked_number("079201234123")
    '*********123'
    >>> masked_number("12")
    '**'
    """
    if len(number) <= SHOWN:
        return "*" * len(number)
    return "*" * (len(number) - SHOWN) + number[-SHOWN:]


def masked_name(name: str) -> str:
    """A person's name by the first letter of each word, and at most three stars (che họ tên).

    >>> masked_name("Nguyễn  Văn A")
    'N*** V** A'
    """
    return " ".join(word[0] + "*" * min(len(word) - 1, SHOWN) for word in name.split())

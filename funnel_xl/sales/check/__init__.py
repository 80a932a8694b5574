"""Every rule of the method that needs no history: which deals break it, and what their findings say."""

from .rule import RULES, Facts, Rule
from .run import check

__all__ = ["RULES", "Facts", "Rule", "check"]

"""Words of the numbers' pages, and of the menu text that is made from its choices."""

from collections.abc import Mapping

from crm.people.person import Language

# A greeting to begin with, by the language that callers hear.
GREETING_TEXT: Mapping[Language, str] = {
    Language.ENGLISH: "Thank you for calling {company}.",
    Language.CHINESE: "感谢您致电{company}。",
}
# By the language that callers hear: "For Sales, press 1."
CHOICE_TEXT: Mapping[Language, str] = {
    Language.ENGLISH: "For {queue}, press {key}.",
    Language.CHINESE: "{queue}请按{key}。",
}
BETWEEN_CHOICES: Mapping[Language, str] = {Language.ENGLISH: " ", Language.CHINESE: ""}
OWN_PROMPTS = "flow-"  # the names of prompts that the form of a menu makes begin with it
SPEAK = "speak"  # the kind of the jobs that speak them

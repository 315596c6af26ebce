"""The states of a suggestion."""

from enum import StrEnum

from onething.core.i18n import Text
from onething.core.states import declare


class SuggestionState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    ADOPTED = "adopted"
    DECLINED = "declined"


_ANSWERS = {
    SuggestionState.ANSWERED: "An officer of its agency answers it.",
    SuggestionState.ADOPTED: "An officer of its agency takes it up.",
    SuggestionState.DECLINED: "An officer of its agency does not take it up, and says why.",
}

SUGGESTION = declare(
    SuggestionState,
    name="suggestion",
    column="policy_suggestion.state",
    about="What somebody proposed about a clause or a page. Its agency answers once; one that was taken up may be tied to the version that came of it later.",
    meanings={
        SuggestionState.OPEN: Text(zh="待答复", en="Waits for an answer"),
        SuggestionState.ANSWERED: Text(zh="已答复", en="Answered"),
        SuggestionState.ADOPTED: Text(zh="已采纳", en="Taken up; it may name the version that came of it"),
        SuggestionState.DECLINED: Text(zh="未采纳", en="Not taken up"),
    },
    initial={SuggestionState.OPEN},
    final={SuggestionState.ANSWERED, SuggestionState.ADOPTED, SuggestionState.DECLINED},
    moves={SuggestionState.OPEN: _ANSWERS},
)

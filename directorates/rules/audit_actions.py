"""The codes of the actions in the audit trail, each with its words. Pure."""

from directorates.rules import withholding_states

CREATE = "create"
CHANGE = "change"
DELETE = "delete"
PUBLISH = "publish"
CLOSE = "close"
WITHDRAW = "withdraw"
RESTORE = "restore"
DISCARD_DRAFT = "discard-draft"
REOPEN = "reopen"
ADD = "add"
REMOVE = "remove"
LOAD = "load"
ACTIVATE = "activate"
DEACTIVATE = "deactivate"
SET_PASSWORD = "set-password"
REQUIRE_ENROLLMENT = "require-enrollment"
INVITE = "invite"
CHANGE_SIGN_IN = "change-sign-in"
SIGN_IN = "sign-in"
ASSIGN = "assign"
SHARE = "share"
REVOKE = "revoke"
WAIVE = "waive"
CONFIRM = "confirm"
PLAN_UPKEEP = "plan-upkeep"
REMARK = "remark"
ANSWER = "answer"
TICK_OFF = "tick-off"
OPEN_REMARK = "open-remark"

#: Transitions of change sets have their names of `review_states` as codes.
WORDS = {
    CREATE: "Created",
    CHANGE: "Changed",
    DELETE: "Deleted",
    PUBLISH: "Published",
    CLOSE: "Closed",
    WITHDRAW: "Withdrawn",
    RESTORE: "Restored as a draft",
    DISCARD_DRAFT: "Draft discarded",
    REOPEN: "Opened again as a draft",
    ADD: "Put into a change set",
    REMOVE: "Taken out of a change set",
    "submit": "Submitted for review",
    "take-back": "Taken back from review",
    "return": "Returned with comments",
    "approve": "Approved",
    "discard": "Discarded",
    LOAD: "Loaded from a file",
    ACTIVATE: "Activated",
    DEACTIVATE: "Deactivated",
    SET_PASSWORD: "Password set",
    REQUIRE_ENROLLMENT: "New enrollment required",
    INVITE: "Invited to add a passkey",
    CHANGE_SIGN_IN: "Passkeys or codes changed",
    SIGN_IN: "Signed in",
    ASSIGN: "Units assigned",
    SHARE: "Shared by a link",
    REVOKE: "Link revoked",
    WAIVE: "Finding of the check waived",
    CONFIRM: "Reviewed, still right",
    PLAN_UPKEEP: "Owner or interval of reviews changed",
    REMARK: "Remark made",
    ANSWER: "Remark answered",
    TICK_OFF: "Remark ticked off",
    OPEN_REMARK: "Remark opened again",
    **{name: transition.done for name, transition in withholding_states.TRANSITIONS.items()},
}

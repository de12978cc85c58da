"""What the log of accounts and devices says, and the roles of people, in words; all are source texts."""

from config import texts
from server.people.log import Act, Deed

ROLES = {"clerk": "clerk", "manager": "manager", "national": "network's officer"}

ACTS: dict[Act, str] = {
    "account_made": "made the account",
    "account_renamed": "changed the name",
    "role_changed": "changed the role",
    "password_reset": "took the password away and gave a code",
    "password_chosen": "chose a password",
    "pin_set": "set the PIN",
    "pin_removed": "removed the PIN",
    "sso_set": "linked to the single sign-on",
    "sso_removed": "unlinked from the single sign-on",
    "switched_off": "switched the account off",
    "switched_on": "switched the account on",
    "signed_in": "signed in",
    "wrong_secret": "five wrong passwords or more",
    "session_ended": "ended a sign-in",
    "sessions_ended": "ended sign-ins",
    "factor_set": "switched the second factor on",
    "factor_removed": "switched the second factor off",
    "recovery_used": "used a recovery code",
    "wrong_factor": "five wrong codes or more",
    "first_manager": "became the first manager",
    "window_opened": "allowed pairing",
    "window_closed": "ended pairing",
    "wrong_code": "entered a wrong pairing code",
    "device_paired": "paired the device",
    "device_renamed": "named the device",
    "device_revoked": "revoked the device",
    "device_renewing": "asked for a new token",
    "device_renewed": "took its new token",
    "device_doubled": "is on two machines at once",
}

WAYS = {"password": "with the password", "pin": "with the PIN", "sso": "through the single sign-on"}


_DETAILS: dict[Act, dict[str, str]] = {
    "role_changed": ROLES, "account_made": ROLES, "first_manager": ROLES, "signed_in": WAYS,
    "device_paired": {**ROLES, "national": "program that reads", "kiosk": "Kiosk", "display": "Board", "panel": "Line of panels"},
}  # fmt: skip


def told(deed: Deed, language: str) -> tuple[str, str]:
    """What was done and what about it, in words; a detail that is no word of ours stays as it is."""
    detail = _DETAILS.get(deed.act, {}).get(deed.detail)
    done = texts.translate(language, ACTS.get(deed.act, deed.act))
    return done, texts.translate(language, detail) if detail is not None else deed.detail

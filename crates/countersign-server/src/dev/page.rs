use axum::Router;
use axum::http::HeaderName;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::routing::get;

/// Nothing from other origins, nothing inline, no frames around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; frame-src 'self' about:";

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The page, part by part, as it was when this program was built.
const PARTS: [(&str, &str, &str); 12] = [
    ("/", HTML, include_str!("../../page/index.html")),
    ("/page.css", CSS, include_str!("../../page/page.css")),
    ("/page.js", SCRIPT, include_str!("../../page/page.js")),
    ("/api.js", SCRIPT, include_str!("../../page/api.js")),
    ("/diagram.js", SCRIPT, include_str!("../../page/diagram.js")),
    ("/dom.js", SCRIPT, include_str!("../../page/dom.js")),
    ("/faults.js", SCRIPT, include_str!("../../page/faults.js")),
    ("/form.js", SCRIPT, include_str!("../../page/form.js")),
    ("/live.js", SCRIPT, include_str!("../../page/live.js")),
    ("/phone.js", SCRIPT, include_str!("../../page/phone.js")),
    ("/plan.js", SCRIPT, include_str!("../../page/plan.js")),
    ("/recent.js", SCRIPT, include_str!("../../page/recent.js")),
];

pub(super) fn routes() -> Router {
    PARTS.iter().fold(Router::new(), |router, &(path, kind, content)| {
        let headers: [(HeaderName, &str); 3] =
            [(CONTENT_TYPE, kind), (CONTENT_SECURITY_POLICY, POLICY), (REFERRER_POLICY, "no-referrer")];
        router.route(path, get(async move || (headers, content)))
    })
}

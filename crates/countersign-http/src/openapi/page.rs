//! The description as a page: static, with nothing from elsewhere and no script.

use std::fmt::Write as _;

use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::{OpenApi, RefOr, Schema};

use super::names::{OPERATIONS, VERIFICATIONS};

/// Adds to a text, which takes everything.
macro_rules! add {
    ($page:expr, $($what:tt)+) => {{
        let _ = write!($page, $($what)+);
    }};
}

mod operation;
mod schema;
mod text;

use text::{escaped, prose};

/// Writes the page.
pub(super) fn written(document: &OpenApi) -> String {
    let mut page = String::with_capacity(64 * 1024);
    let info = &document.info;
    let title = escaped(&info.title);
    let version = escaped(&info.version);
    add!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <link rel=\"stylesheet\" href=\"docs.css\">\n</head>\n<body>\n"
    );
    contents(document, &mut page);
    add!(page, "<main>\n<header>\n<h1>{title} <small>{version}</small></h1>\n");
    page.push_str(&prose(info.description.as_deref().unwrap_or_default()));
    page.push_str("<p>For programs: <a href=\"openapi.json\">openapi.json</a>.</p>\n</header>\n");
    keys(&mut page);
    for tag in document.tags.iter().flatten() {
        add!(page, "<section id=\"{0}\">\n<h2>{0}</h2>\n", escaped(&tag.name));
        page.push_str(&prose(tag.description.as_deref().unwrap_or_default()));
        for (path, method, operation) in operations(document, &tag.name) {
            operation::write(path, method, operation, &mut page);
        }
        page.push_str("</section>\n");
    }
    page.push_str("<section id=\"objects\">\n<h2>Objects</h2>\n");
    for (name, schema) in objects(document) {
        add!(page, "<article id=\"{0}\">\n<h3>{0}</h3>\n", escaped(name));
        schema::write(schema, &mut page);
        page.push_str("</article>\n");
    }
    page.push_str("</section>\n</main>\n</body>\n</html>\n");
    page
}

fn contents(document: &OpenApi, page: &mut String) {
    page.push_str("<nav aria-label=\"Contents\">\n");
    for tag in [VERIFICATIONS, OPERATIONS] {
        add!(page, "<p><a href=\"#{tag}\">{tag}</a></p>\n<ul>\n");
        for (_, method, operation) in operations(document, tag) {
            let id = escaped(operation.operation_id.as_deref().unwrap_or_default());
            let summary = escaped(operation.summary.as_deref().unwrap_or_default());
            add!(page, "<li><a href=\"#{id}\"><b class=\"{method}\">{method}</b> {summary}</a></li>\n");
        }
        page.push_str("</ul>\n");
    }
    page.push_str("<p><a href=\"#objects\">Objects</a></p>\n<ul>\n");
    for (name, _) in objects(document) {
        add!(page, "<li><a href=\"#{0}\">{0}</a></li>\n", escaped(name));
    }
    page.push_str("</ul>\n</nav>\n");
}

fn keys(page: &mut String) {
    page.push_str(
        "<section id=\"keys\">\n<h2>Keys</h2>\n\
         <p>Every call of a workspace needs a key of that workspace, in one of two spellings:</p>\n\
         <pre>Authorization: AccessKey $KEY\nAuthorization: Bearer $KEY</pre>\n\
         <p>The command lines below take these from the shell:</p>\n\
         <pre>URL=http://127.0.0.1:8080   # where the service is\nWORKSPACE=…                 # the workspace's id\n\
         KEY=…                       # a key of it\nID=…                        # a verification's id, as its start gave it</pre>\n\
         </section>\n",
    );
}

/// The operations of a tag, in the order of their paths.
fn operations<'a>(document: &'a OpenApi, tag: &'a str) -> impl Iterator<Item = (&'a str, &'static str, &'a Operation)> {
    let of = |item: &'a PathItem| {
        let methods = [("POST", &item.post), ("GET", &item.get), ("DELETE", &item.delete)];
        methods.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
    };
    let all = document.paths.paths.iter();
    let all =
        all.flat_map(move |(path, item)| of(item).map(move |(method, operation)| (path.as_str(), method, operation)));
    all.filter(move |(_, _, operation)| operation.tags.iter().flatten().any(|its| its == tag))
}

fn objects(document: &OpenApi) -> impl Iterator<Item = (&str, &RefOr<Schema>)> {
    document.components.iter().flat_map(|components| &components.schemas).map(|(name, schema)| (name.as_str(), schema))
}

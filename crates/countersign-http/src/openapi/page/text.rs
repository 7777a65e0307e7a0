//! Texts in HTML.

/// A text with nothing in it that HTML would understand.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// A line in which `words` between backticks are code.
pub(super) fn line(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for (number, part) in text.split('`').enumerate() {
        let part = escaped(part);
        if number % 2 == 1 {
            written.extend(["<code>", &part, "</code>"]);
        } else {
            written.push_str(&part);
        }
    }
    written
}

/// Paragraphs with a blank line between them, and lists of lines that begin with a hyphen.
pub(super) fn prose(text: &str) -> String {
    let mut written = String::new();
    for block in text.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
        if block.starts_with("- ") {
            let items = block.lines().map(|item| format!("<li>{}</li>\n", line(item.trim_start_matches("- "))));
            written.extend(["<ul>\n".to_owned()].into_iter().chain(items).chain(["</ul>\n".to_owned()]));
        } else {
            written.extend(["<p>", &line(block), "</p>\n"]);
        }
    }
    written
}

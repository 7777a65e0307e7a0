//! Where in a file something stands.

/// The line of a part of a text, from 1 on. The part must be a slice of the text, not a copy.
pub(crate) fn line_of(source: &str, part: &str) -> usize {
    line_at(source, (part.as_ptr() as usize).saturating_sub(source.as_ptr() as usize))
}

/// The line of a byte, from 1 on.
pub(crate) fn line_at(source: &str, offset: usize) -> usize {
    1 + source.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

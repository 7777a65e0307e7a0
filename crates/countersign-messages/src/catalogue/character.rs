//! Which characters a text may have.

/// Stands for the code while Fluent formats.
pub(crate) const CODE: char = '\u{e000}';

/// Stands for the brand while Fluent formats.
pub(crate) const BRAND: char = '\u{e001}';

/// Whether a text must not have it: control characters and line breaks; private-use characters, which have no meaning of
/// their own; characters that cannot be seen and that no language needs.
///
/// Marks and isolates of direction and joiners are allowed: Arabic and Persian need them.
pub(crate) fn is_refused(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xad | 0x180e | 0x200b | 0x2028..=0x202e | 0x2060..=0x2065 | 0x206a..=0x206f | 0xfeff | 0xfff9..=0xfffd
            | 0xe000..=0xf8ff | 0xe_0000..=0xe_007f | 0xf_0000..=0x10_ffff)
}

//! Writing what holds a code, so that no copy of it stays in memory.

use zeroize::Zeroizing;

/// Something that text is put into; it never fails.
pub(crate) trait Out {
    /// Adds the text at the end.
    fn put(&mut self, text: &str);
}

impl Out for String {
    fn put(&mut self, text: &str) {
        self.push_str(text);
    }
}

/// Counts bytes and keeps none.
struct Length(usize);

impl Out for Length {
    fn put(&mut self, text: &str) {
        self.0 += text.len();
    }
}

/// What the writer writes, in memory that is wiped when dropped.
///
/// It is written twice: to know its length first, because a buffer that grows leaves its old memory behind as it was.
pub(crate) fn written(write: impl Fn(&mut dyn Out)) -> Zeroizing<String> {
    let mut length = Length(0);
    write(&mut length);
    let mut text = Zeroizing::new(String::with_capacity(length.0));
    write(&mut *text);
    text
}

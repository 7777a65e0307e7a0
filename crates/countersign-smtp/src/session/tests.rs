use proptest::prelude::*;

use super::Transparent;

#[test]
fn a_line_that_begins_with_a_dot_gets_another() {
    let written = Transparent::new(b".\r\na.b\r\n..c\r\n").to_string();
    assert_eq!(written, "..\r\na.b\r\n...c\r\n.\r\n");
}

proptest! {
    #[test]
    fn the_message_ends_where_it_ends_and_nowhere_before(lines in prop::collection::vec("[.a ]{0,4}", 0..8)) {
        let message = lines.iter().map(|line| format!("{line}\r\n")).collect::<String>();
        let written = Transparent::new(message.as_bytes()).to_string();
        let end = written.split("\r\n").position(|line| line == ".").unwrap();
        prop_assert_eq!(written.split("\r\n").count(), end + 2, "the dot is the last line");
        let lines = written.split("\r\n").take(end);
        let read = lines.map(|line| format!("{}\r\n", line.strip_prefix('.').unwrap_or(line)));
        let expected = if message.is_empty() { "\r\n".to_owned() } else { message };
        prop_assert_eq!(read.collect::<String>(), expected);
    }
}

use std::time::Duration;

use super::Minutes;

fn said(millis: u64) -> u8 {
    Minutes::left(Duration::from_millis(millis)).get()
}

#[test]
fn a_message_just_after_the_start_says_the_whole_time() {
    assert_eq!(said(600_000), 10);
    assert_eq!(said(597_500), 10);
    assert_eq!(said(595_000), 10);
    assert_eq!(said(594_999), 9);
}

#[test]
fn a_message_never_says_less_than_one_minute_or_more_than_an_hour() {
    assert_eq!(said(0), 1);
    assert_eq!(said(30_000), 1);
    assert_eq!(said(114_999), 1);
    assert_eq!(said(115_000), 2);
    assert_eq!(said(3_600_000), 60);
    assert_eq!(said(u64::MAX), 60);
}

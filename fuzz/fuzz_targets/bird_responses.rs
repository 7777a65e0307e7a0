//! Whatever Bird, or who speaks for it, answers to any call is read or is not, and what may be logged of it is short
//! and holds no address and no code.

#![no_main]

use countersign_bird::{AcceptedMessage, ApiError, ChannelInfo, NavigatorInfo, Platforms, RequestId};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let error = ApiError::parse(422, body, RequestId::new("r"));
    let shown = error.to_string();
    assert!(shown.len() <= 3 + 1 + 64 + ", request r".len(), "{shown}");
    assert!(shown.chars().all(|c| c.is_ascii_graphic() || c == ' '), "{shown:?}");
    assert!(error.code().unwrap_or_default().bytes().filter(u8::is_ascii_digit).count() < 6, "{shown}");
    assert_eq!(format!("{error:?}"), format!("ApiError({shown})"));

    let accepted = AcceptedMessage::parse(body);
    assert_eq!(accepted, AcceptedMessage::parse(body));
    if let Some(id) = &accepted.message_id {
        assert!((1..=255).contains(&id.to_string().len()));
    }

    let platforms = Platforms::new();
    if let Some(channel) = ChannelInfo::parse(body, &platforms) {
        assert_eq!(channel.platform, platforms.platform(&channel.platform_id));
        let page = [b"{\"results\":[", body, b"]}"].concat();
        let page = ChannelInfo::parse_page(&page, &platforms).expect("a page of one");
        assert_eq!(page.entries, [channel]);
    }
    for next in [
        ChannelInfo::parse_page(body, &platforms).map(|page| page.next),
        NavigatorInfo::parse_page(body).map(|page| page.next),
    ] {
        let token = next.flatten();
        assert!(token.is_none_or(|token| (1..=8000).contains(&token.len())));
    }
});

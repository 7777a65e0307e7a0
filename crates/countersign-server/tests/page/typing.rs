//! The keyboard.

use chromiumoxide::cdp::browser_protocol::input::{DispatchKeyEventParams, DispatchKeyEventType};
use chromiumoxide::keys::{KeyDefinition, get_key_definition};

use crate::visit::Visit;

/// What the protocol calls the key Ctrl.
const CTRL: i64 = 2;

impl Visit {
    /// Presses a key of a US keyboard, by its name or by what it types.
    pub(crate) async fn press(&self, key: &str) {
        let key = get_key_definition(key).unwrap_or_else(|| panic!("no such key: {key}"));
        let types = key.text.or_else(|| (key.key.len() == 1).then_some(key.key));
        let mut down =
            event(if types.is_some() { DispatchKeyEventType::KeyDown } else { DispatchKeyEventType::RawKeyDown }, key);
        down.text = types.map(str::to_owned);
        self.send(down).await;
        self.send(event(DispatchKeyEventType::KeyUp, key)).await;
    }

    /// Types where the focus is.
    pub(crate) async fn type_text(&self, text: &str) {
        for key in text.chars() {
            self.press(&key.to_string()).await;
        }
    }

    /// Pastes where the focus is, as Ctrl and V do.
    pub(crate) async fn paste(&self, text: &str) {
        let copied: bool = self.read(&format!("navigator.clipboard.writeText({text:?}).then(() => true)")).await;
        assert!(copied);
        let key = get_key_definition("v").expect("a key");
        let mut down = event(DispatchKeyEventType::RawKeyDown, key);
        down.modifiers = Some(CTRL);
        // Without a window there is no menu that knows what Ctrl and V are for.
        down.commands = Some(vec!["paste".to_owned()]);
        self.send(down).await;
        let mut up = event(DispatchKeyEventType::KeyUp, key);
        up.modifiers = Some(CTRL);
        self.send(up).await;
    }

    async fn send(&self, event: DispatchKeyEventParams) {
        self.page().execute(event).await.expect("a key");
    }
}

fn event(kind: DispatchKeyEventType, key: &KeyDefinition) -> DispatchKeyEventParams {
    let mut event = DispatchKeyEventParams::new(kind);
    event.key = Some(key.key.to_owned());
    event.code = Some(key.code.to_owned());
    event.windows_virtual_key_code = Some(key.key_code);
    event.native_virtual_key_code = Some(key.key_code);
    event
}

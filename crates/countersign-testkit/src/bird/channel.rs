use countersign::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

/// A way of the workspace to send.
#[derive(Debug, Clone)]
pub(super) struct Channel {
    pub(super) id: Uuid,
    pub(super) platform_id: String,
    pub(super) name: String,
    pub(super) active: bool,
    pub(super) created_at: Timestamp,
}

impl Channel {
    /// The word in event names, from the platform's id as clients guess it.
    pub(super) fn platform(&self) -> &str {
        let id = self.platform_id.to_ascii_lowercase();
        if id.contains("whatsapp") {
            "whatsapp"
        } else if id.contains("mail") {
            "email"
        } else if id.contains("sms") {
            "sms"
        } else {
            self.platform_id.split('-').next().unwrap_or_default()
        }
    }

    /// The key by which its contacts are found.
    pub(super) fn identifier_key(&self) -> &'static str {
        if self.platform() == "email" { "emailaddress" } else { "phonenumber" }
    }

    pub(super) fn wire(&self) -> Value {
        json!({
            "id": self.id,
            "platformId": self.platform_id,
            "name": self.name,
            // Another one of its kind; nothing here reads it.
            "connectorId": Uuid::from_u128(!self.id.as_u128()),
            "identifier": self.name,
            "status": if self.active { "active" } else { "inactive" },
            "contactIdentifierKeyOverride": "",
            "capabilities": { "messaging": {} },
            "createdAt": self.created_at.to_string(),
            "updatedAt": self.created_at.to_string(),
        })
    }
}

/// One that chooses among the workspace's SMS channels.
#[derive(Debug, Clone)]
pub(super) struct Navigator {
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) created_at: Timestamp,
}

impl Navigator {
    pub(super) fn wire(&self) -> Value {
        json!({
            "navigatorId": self.id,
            "name": self.kind,
            "type": self.kind,
            "useCaseType": self.kind,
            "createdAt": self.created_at.to_string(),
            "updatedAt": self.created_at.to_string(),
        })
    }
}

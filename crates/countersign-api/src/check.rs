use countersign::{CodeError, SubmittedCode};
use serde::ser::{Serialize, SerializeStruct as _, Serializer};
use serde::{Deserialize, Deserializer};

use crate::invalid::InvalidRequest;
use crate::json::Json;
use crate::reading::{self, Place};

/// What a check submits, as the wire has it (contract, section 2): the body of `POST …/verify/{id}`.
///
/// The code is redacted in `Debug`; `Serialize` writes its digits, for the service that judges them.
#[derive(Debug)]
pub struct CheckRequest(SubmittedCode);

impl CheckRequest {
    /// Reads what the person typed (contract, section 3, rule 1).
    ///
    /// # Errors
    /// [`CodeError`], when no code of any verification could be meant.
    pub fn parse(typed: &str) -> Result<Self, CodeError> {
        SubmittedCode::parse(typed).map(Self)
    }

    /// Reads a body.
    ///
    /// # Errors
    /// [`InvalidRequest`] with every fault under its path; an empty code and one that has other than digits
    /// are among them.
    pub fn from_json(body: &[u8]) -> Result<Self, InvalidRequest> {
        reading::body(body, Self::read)
    }

    /// The code.
    #[must_use]
    pub const fn code(&self) -> &SubmittedCode {
        &self.0
    }

    fn read(value: &Json<'_>) -> Result<Self, InvalidRequest> {
        let mut faults = InvalidRequest::default();
        let noted = &mut faults;
        let code = Place::root(value).object(&["code"], noted).and_then(|fields| {
            if fields.get("code").is_none() {
                fields.fault("code", CodeError::Empty, noted);
            }
            fields.parsed("code", SubmittedCode::parse, noted)
        });
        // What cannot be read has left a fault.
        faults.into_result(code)?.map(Self).ok_or_else(|| InvalidRequest::single(".code", CodeError::Empty.to_string()))
    }
}

impl From<SubmittedCode> for CheckRequest {
    fn from(code: SubmittedCode) -> Self {
        Self(code)
    }
}

impl Serialize for CheckRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_struct("CheckRequest", 1)?;
        body.serialize_field("code", self.0.expose())?;
        body.end()
    }
}

impl<'de> Deserialize<'de> for CheckRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(&Json::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

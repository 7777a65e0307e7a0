//! JSON as the wire takes it: no property twice, no deep nesting, no more values than a request can need.
//!
//! A reader that takes the last of two properties and a proxy that took the first would have seen two different requests.

use std::fmt;

use countersign::InvalidRequest;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Deepest nesting that is read; a start's template has 5 levels.
const DEPTH: usize = 16;
/// Most values that are read, of all levels together.
const VALUES: usize = 4096;

/// Parses a body.
///
/// Faults of its form are told without a path: whoever made it by a program never meets them.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, InvalidRequest> {
    let mut left = VALUES;
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let mut fault = None;
    let parsed = Strict { depth: DEPTH, left: &mut left, fault: &mut fault }.deserialize(&mut reader);
    let value = parsed.and_then(|value| reader.end().map(|()| value));
    value.map_err(|_| InvalidRequest::of(".", fault.unwrap_or("value must be JSON")))
}

struct Strict<'a> {
    depth: usize,
    left: &'a mut usize,
    /// What is wrong, where it is more than bad syntax.
    fault: &'a mut Option<&'static str>,
}

impl Strict<'_> {
    fn refuse<E: Error>(&mut self, sentence: &'static str) -> E {
        *self.fault = Some(sentence);
        E::custom(sentence)
    }

    fn inner(&mut self) -> Strict<'_> {
        Strict { depth: self.depth.saturating_sub(1), left: self.left, fault: self.fault }
    }

    fn enter<E: Error>(&mut self) -> Result<(), E> {
        if self.depth == 0 { Err(self.refuse("the body is nested too deeply: flatten it")) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(mut self, deserializer: D) -> Result<Value, D::Error> {
        match self.left.checked_sub(1) {
            Some(left) => *self.left = left,
            None => return Err(self.refuse("the body has too many values: shorten it")),
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Value, A::Error> {
        self.enter()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.inner())? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut properties: A) -> Result<Value, A::Error> {
        self.enter()?;
        let mut map = Map::new();
        while let Some(name) = properties.next_key::<String>()? {
            if map.contains_key(&name) {
                return Err(self.refuse("a property is given twice: give each once"));
            }
            let value = properties.next_value_seed(self.inner())?;
            map.insert(name, value);
        }
        Ok(map.into())
    }
}

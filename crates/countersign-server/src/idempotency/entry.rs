/// What stands under a key: a letter, the seal of the request, and the rest.
#[derive(PartialEq, Eq)]
pub(super) enum Entry {
    /// `R`, seal, mark of the process that has it.
    Running { seal: [u8; 16], mark: [u8; 16] },
    /// `A`, seal, status in two bytes, body.
    Answered { seal: [u8; 16], status: u16, body: Vec<u8> },
}

impl Entry {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Running { seal, mark } => [b"R".as_slice(), seal, mark].concat(),
            Self::Answered { seal, status, body } => [b"A".as_slice(), seal, &status.to_be_bytes(), body].concat(),
        }
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (letter, rest) = bytes.split_first()?;
        let (seal, rest) = rest.split_first_chunk()?;
        match letter {
            b'R' => Some(Self::Running { seal: *seal, mark: rest.try_into().ok()? }),
            b'A' => {
                let (status, body) = rest.split_first_chunk()?;
                Some(Self::Answered { seal: *seal, status: u16::from_be_bytes(*status), body: body.to_vec() })
            }
            _ => None,
        }
    }
}

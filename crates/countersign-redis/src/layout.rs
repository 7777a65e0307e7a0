//! Where things lie in Redis.

use countersign::idempotency::IdempotencyKey;
use countersign::{MessageId, RecipientKey, VerificationId, WorkspaceId};

/// Names of keys. All that belongs to a recipient has the partition in braces, and so shares a slot of Redis Cluster.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    prefix: String,
    partitions: u16,
}

/// Bytes that a partition's longest key has besides the prefix.
const LONGEST: usize = "{:3fff}of".len() + 16;

/// Recipients whose tags fall together: one slot of Redis Cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Partition(u16);

impl Layout {
    pub(crate) const fn new(prefix: String, partitions: u16) -> Self {
        Self { prefix, partitions }
    }

    pub(crate) fn partition_of(&self, id: VerificationId) -> Partition {
        self.partition(id.tag())
    }

    pub(crate) fn partition_of_recipient(&self, recipient: RecipientKey) -> Partition {
        self.partition(recipient.tag())
    }

    /// That of an id in bytes, which end in the tag.
    pub(crate) fn partition_of_raw(&self, id: [u8; 16]) -> Partition {
        self.partition(u16::from_be_bytes([id[14], id[15]]) % (1 << 14))
    }

    /// Partitions are powers of two, so that equally many tags fall into each.
    fn partition(&self, tag: u16) -> Partition {
        Partition(tag % self.partitions)
    }

    pub(crate) fn partitions(&self) -> impl Iterator<Item = Partition> + use<> {
        (0..self.partitions).map(Partition)
    }

    /// What the key of every record of a partition begins with; the id in 16 bytes follows.
    pub(crate) fn records(&self, partition: Partition) -> Vec<u8> {
        let mut key = Vec::with_capacity(self.prefix.len() + LONGEST);
        key.push(b'{');
        key.extend_from_slice(self.prefix.as_bytes());
        key.push(b':');
        // In hexadecimal; by hand, because each command has such a key or three.
        let digits = partition.0.to_be_bytes().into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let significant = digits.skip_while(|digit| *digit == 0);
        let before = key.len();
        key.extend(significant.map(|digit| if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }));
        if key.len() == before {
            key.push(b'0');
        }
        key.push(b'}');
        key
    }

    pub(crate) fn record(&self, id: VerificationId) -> Vec<u8> {
        let mut key = self.records(self.partition_of(id));
        key.extend_from_slice(id.as_uuid().as_bytes());
        key
    }

    /// Ids by the time at which they are due.
    pub(crate) fn due(&self, partition: Partition) -> Vec<u8> {
        let mut key = self.records(partition);
        key.extend_from_slice(b"due");
        key
    }

    /// Ids of a workspace, in their own order.
    pub(crate) fn list(&self, partition: Partition, workspace: WorkspaceId) -> Vec<u8> {
        let mut key = self.records(partition);
        key.extend_from_slice(b"of");
        key.extend_from_slice(workspace.as_uuid().as_bytes());
        key
    }

    /// Ids that may have a message of that name. It lies anywhere: the name does not tell whose it is.
    pub(crate) fn message(&self, message: &MessageId) -> Vec<u8> {
        format!("{}:m:{message}", self.prefix).into_bytes()
    }

    /// The claim of an idempotency key, or the response to its request. It lies anywhere, too.
    pub(crate) fn idempotency(&self, key: &IdempotencyKey) -> Vec<u8> {
        format!("{}:i:{}:{}", self.prefix, key.workspace(), key.as_str()).into_bytes()
    }

    /// How many partitions there are, fixed at first use.
    pub(crate) fn count(&self) -> Vec<u8> {
        format!("{}:partitions", self.prefix).into_bytes()
    }
}

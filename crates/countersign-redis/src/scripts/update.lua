-- Replaces a record that is still at a version, and its index entries.
-- KEYS: record, due, list.
-- ARGV: format and version, body, id, due time or '', time to live (ms), expected version (8 bytes).
-- Returns 1; the record as it is now when it is not at that version; nothing when it is not there; 2 when so much was
-- written since that nobody knows whether this was too. The same write again is the same write: the record lists the versions that it had.
local head = redis.call('GETRANGE', KEYS[1], 0, 265)
if head == '' then return false end
local past = string.sub(head, 11, 10 + 8 * string.byte(head, 10))
local known = string.sub(head, 2, 9) .. past
if string.sub(head, 2, 9) ~= ARGV[6] then
  local version = string.sub(ARGV[1], 2)
  for at = 1, #known, 8 do
    local other = string.sub(known, at, at + 7)
    if other == version then
      -- A write, so that whoever waits for replicas waits for this one too.
      redis.call('PEXPIRE', KEYS[1], redis.call('PTTL', KEYS[1]))
      return 1
    end
    -- Behind this one it would have come: somebody else did.
    if other == ARGV[6] then return redis.call('GET', KEYS[1]) end
  end
  if #past == 256 then return 2 end
  return redis.call('GET', KEYS[1])
end
-- While a slot moves between masters, a key that is gone may not be touched again: so what is asked is asked first, and
-- the due times are left alone once they have lost their last entry.
local due_left, list_left = redis.call('PTTL', KEYS[2]), redis.call('PTTL', KEYS[3])
local lasts = tonumber(ARGV[5])
known = string.sub(known, 1, 256)
redis.call('SET', KEYS[1], ARGV[1] .. string.char(#known / 8) .. known .. ARGV[2], 'PX', lasts)
if ARGV[4] == '' then
  redis.call('ZREM', KEYS[2], ARGV[3])
else
  redis.call('ZADD', KEYS[2], ARGV[4], ARGV[3])
  if due_left < lasts then redis.call('PEXPIRE', KEYS[2], lasts) end
end
if list_left ~= -2 and list_left < lasts then redis.call('PEXPIRE', KEYS[3], lasts) end
return 1

-- Replaces a record that is still at a version, and its index entries.
-- KEYS: record, due, list.
-- ARGV: format and version, body, id, due time or '', time to live (ms), expected version (8 bytes).
-- Gives 1; 0 when it is not at that version or not there; 2 when so much was written since that nobody knows whether this
-- was too. The same write again is the same write: the record lists the versions that it had.
local head = redis.call('GETRANGE', KEYS[1], 0, 265)
if head == '' then return 0 end
local past = string.byte(head, 1) == 1 and '' or string.sub(head, 11, 10 + 8 * string.byte(head, 10))
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
    if other == ARGV[6] then return 0 end
  end
  return #past == 256 and 2 or 0
end
known = string.sub(known, 1, 256)
redis.call('SET', KEYS[1], ARGV[1] .. string.char(#known / 8) .. known .. ARGV[2], 'PX', ARGV[5])
if ARGV[4] == '' then
  redis.call('ZREM', KEYS[2], ARGV[3])
else
  redis.call('ZADD', KEYS[2], ARGV[4], ARGV[3])
end
for _, index in ipairs({KEYS[2], KEYS[3]}) do
  local left = redis.call('PTTL', index)
  if left ~= -2 and left < tonumber(ARGV[5]) then redis.call('PEXPIRE', index, ARGV[5]) end
end
return 1

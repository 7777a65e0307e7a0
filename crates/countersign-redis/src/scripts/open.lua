-- Gives the open records of a recipient's tag: whatever is open is due some time.
-- KEYS: due. ARGV: tag, prefix of record keys.
local found = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local high, low = string.byte(id, 15, 16)
  if (high % 64) * 256 + low == tonumber(ARGV[1]) then
    local record = redis.call('GET', ARGV[2] .. id)
    if record then found[#found + 1] = record end
  end
end
return found

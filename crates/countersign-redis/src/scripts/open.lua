-- Gives the ids of a recipient's tag that are open: whatever is open is due some time. KEYS: due. ARGV: tag.
local found = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local high, low = string.byte(id, 15, 16)
  if (high % 64) * 256 + low == tonumber(ARGV[1]) then found[#found + 1] = id end
end
return found

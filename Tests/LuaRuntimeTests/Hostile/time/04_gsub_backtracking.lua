-- attack: the same through gsub with captures
-- without care: string.gsub never comes back
-- expect: stopped
print((("a"):rep(200):gsub("(.-)(.-)(.-)(.-)(.-)b", "%1")))

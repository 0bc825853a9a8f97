-- attack: os.tmpname, os.setlocale, os.getenv, os.date
-- without care: files are made, the locale of the process changes for everyone
-- expect: error
print("DEFEATED escape: " .. tostring(os.setlocale("C")) .. os.date("%Y"))

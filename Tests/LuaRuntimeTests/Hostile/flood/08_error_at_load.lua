-- attack: an error message of megabytes while the file is loaded
-- without care: kept and sent as it is
-- expect: stopped|error
error(("x"):rep(16000000) .. "y")

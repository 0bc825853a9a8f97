enum HeartbeatPlaceholder {}

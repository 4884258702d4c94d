copies its input up to a zero byte
,[.[-],]

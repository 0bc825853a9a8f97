enum StorageTarget {}

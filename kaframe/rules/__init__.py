"""The rules: what each rule file may say, as frozen records, one module a kind."""

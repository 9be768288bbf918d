dp_test(test_keys dewpoint_spec)
dp_test(test_sweep dewpoint_spec)

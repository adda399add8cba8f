package dev.flops.bench.task;

import dev.flops.api.LabelledExamples;

/**
 * Examples as they were read, before anything is held out.
 *
 * @param train the training part
 * @param test the test part
 * @param normalization how features were made, for reports
 */
record ReadData(LabelledExamples train, LabelledExamples test, String normalization) {}

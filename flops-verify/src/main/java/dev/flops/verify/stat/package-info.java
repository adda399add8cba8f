/**
 * Statistical assertions with declared error rates.
 *
 * <p>A test is designed first ({@link dev.flops.verify.stat.MeanTestDesign}): the smallest defect that it must catch
 * and the rates of error that it may have give the number of samples. Several hypotheses of one test share its α by
 * {@link dev.flops.verify.stat.HolmCorrection}; {@link dev.flops.verify.stat.FalseAlarmLedger} bounds the sum over a
 * suite. Neither n nor a tolerance is chosen after the samples were seen.
 */
package dev.flops.verify.stat;

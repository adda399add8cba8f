/**
 * Verification of many estimators on many problems with one declared rate of false alarms: claims are held against
 * problems, and mutants show that the tests would notice.
 */
package dev.flops.verify.suite;

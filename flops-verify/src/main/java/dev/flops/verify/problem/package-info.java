/**
 * Problems whose gradients and variances are known in closed form, by quadrature or by enumeration.
 */
package dev.flops.verify.problem;

/**
 * Black boxes behind the contract {@link dev.flops.api.Objective}: what can only be queried, and whose queries cost money or
 * time. Three kinds:
 *
 * <pre>
 *   any Java function          {@link dev.flops.bench.blackbox.FunctionObjective}
 *   an ONNX graph              {@link dev.flops.bench.blackbox.OnnxModel}, a {@link dev.flops.bench.blackbox.FrozenModel} that
 *                              an objective feeds
 *   a service over HTTP        {@link dev.flops.bench.blackbox.HttpObjective}
 * </pre>
 *
 * {@link dev.flops.bench.blackbox.JournaledObjective} stands before any of them: it writes down each answer before it is used,
 * never pays twice for one. A run that failed is run again with the same journal and ends as if nothing had happened.
 * {@link dev.flops.bench.blackbox.QueryMeter} counts and holds a budget.
 *
 * <p>For developers: a failure that trying again may mend is the adapter's own business; what leaves it is a
 * {@link dev.flops.bench.blackbox.BlackBoxException}, whose message says how to go on.
 */
@NullMarked
package dev.flops.bench.blackbox;

import org.jspecify.annotations.NullMarked;

/**
 * Exact gradients by reverse-mode differentiation: the reference that forward learning is compared with, the oracle of
 * its tests, and what pre-trains a network.
 *
 * <p>For developers: nothing that learns by forward passes may depend on this package (an architecture rule holds it). The
 * layers know nothing of it either. A forward under
 * {@link dev.flops.tensor.network.ForwardContext#listening} leaves a tape, the list of its operations; {@code BackwardPass}
 * walks it from the end and asks the rule of each operation for the gradient of its input. A new
 * {@link dev.flops.tensor.network.Operation} needs a rule there, and the compiler says so. The rules are written to be
 * read beside the formula that stands above them; large products go to {@link dev.flops.tensor.MatrixOps}.
 */
package dev.flops.models.reference;

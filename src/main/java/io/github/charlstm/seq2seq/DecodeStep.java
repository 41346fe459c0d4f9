package io.github.charlstm.seq2seq;

import io.github.charlstm.graph.VariableScope;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * Where a decoder or helper adds the operations of one step.
 *
 * @param tf builder of the loop's body; all operations must be made with it
 * @param variables the decoder's scope
 * @param time number of the step, from 0; a scalar
 * @param row {@code sequence[time]} of the sequence that the decoder reads, if it reads one
 */
public record DecodeStep<T extends TFloating>(
    Ops tf, VariableScope variables, Operand<TInt32> time, Optional<Operand<T>> row) {
  public DecodeStep {
    Objects.requireNonNull(tf, "tf");
    Objects.requireNonNull(variables, "variables");
    Objects.requireNonNull(time, "time");
    Objects.requireNonNull(row, "row");
  }
}

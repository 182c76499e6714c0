using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>The scores of the row that a cursor stands on, one for each output of the model.</summary>
internal delegate ReadOnlySpan<float> CurrentScores();

/// <summary>The columns that a prediction transformer adds to its input, and how their values follow from the scores.</summary>
internal abstract class ScoreColumns
{
    /// <summary>The model that gives the scores: the one that was trained, or the same up to the values of its last layer.</summary>
    public virtual CnnModel Scored(CnnModel trained) => trained;

    /// <summary>An input's columns, followed by those added.</summary>
    public abstract DataViewSchema AppendTo(DataViewSchema input);

    /// <summary>The <see cref="ValueGetter{TValue}"/> of an added column.</summary>
    /// <param name="index">Which one, counted from 0.</param>
    /// <param name="scores">Where its values come from.</param>
    public abstract Delegate Getter(int index, CurrentScores scores);

    /// <summary>A getter of all scores, as a vector.</summary>
    protected static ValueGetter<VBuffer<float>> VectorGetter(CurrentScores scores) =>
        (ref VBuffer<float> destination) =>
        {
            ReadOnlySpan<float> values = scores();
            VBufferEditor<float> editor = VBufferEditor.Create(ref destination, values.Length);
            values.CopyTo(editor.Values);
            destination = editor.Commit();
        };
}

namespace Microsoft.ML.Cnn;

public sealed partial class CnnModel
{
    /// <summary>The scores of one image, on the caller's thread.</summary>
    /// <param name="pixels">As many values as <see cref="InputShape"/> has, in the order that <see cref="PixelOrder"/> says.</param>
    /// <returns>One score for each output.</returns>
    /// <exception cref="ArgumentException">There are more or fewer pixels than the image has.</exception>
    public float[] Predict(ReadOnlySpan<float> pixels)
    {
        float[] scores = new float[OutputLength];
        Predict(pixels, scores);
        return scores;
    }

    /// <summary>As <see cref="Predict(ReadOnlySpan{float})"/>, into memory of the caller's.</summary>
    /// <param name="pixels">As many values as <see cref="InputShape"/> has, in the order that <see cref="PixelOrder"/> says.</param>
    /// <param name="scores">Room for one score for each output.</param>
    /// <exception cref="ArgumentException">There are more or fewer pixels than the image has, or the scores do not have <see cref="OutputLength"/> elements.</exception>
    public void Predict(ReadOnlySpan<float> pixels, Span<float> scores) => throw new NotSupportedException();
}

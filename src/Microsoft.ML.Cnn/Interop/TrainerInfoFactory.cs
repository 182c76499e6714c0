namespace Microsoft.ML.Cnn.Interop;

/// <summary>What a trainer tells ML.NET about itself.</summary>
internal static class TrainerInfoFactory
{
    /// <param name="needsNormalization">It learns better from normalized features, and does not normalize them itself.</param>
    /// <param name="needsCalibration">Its scores are no probabilities.</param>
    /// <param name="wantsCaching">It reads its data several times.</param>
    /// <param name="supportsValidation">It can be given a validation set.</param>
    /// <param name="supportsWarmStart">It can go on from the parameters of a model.</param>
    public static TrainerInfo Create(
        bool needsNormalization = false,
        bool needsCalibration = false,
        bool wantsCaching = true,
        bool supportsValidation = true,
        bool supportsWarmStart = true
    ) =>
        new(
            normalization: needsNormalization,
            calibration: needsCalibration,
            caching: wantsCaching,
            supportValid: supportsValidation,
            supportIncrementalTrain: supportsWarmStart,
            supportTest: false
        );
}

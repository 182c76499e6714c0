using Microsoft.ML.Cnn.Serialization;

namespace Microsoft.ML.Cnn;

public sealed partial class CnnModel
{
    /// <summary>Reads a model from a file: one that <see cref="Save(string)"/> wrote, or ML.NET's <c>mlContext.Model.Save</c>.</summary>
    /// <param name="path">Of the zip.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CnnModelFormatException">
    /// It is no model zip, is damaged or cut off, was written by a newer version, or holds several networks.
    /// </exception>
    public static CnnModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = File.OpenRead(path);
        return ModelZip.Read(stream);
    }

    /// <summary>As <see cref="Load(string)"/>, from a stream that is left open.</summary>
    /// <param name="stream">The zip; one that cannot seek is read into memory.</param>
    /// <exception cref="CnnModelFormatException">As of <see cref="Load(string)"/>.</exception>
    public static CnnModel Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ModelZip.Read(stream);
    }

    /// <summary>
    /// Writes the model to a file. It is written beside and moved into place: a file that is there already stays whole whatever happens. Equal
    /// models give equal files.
    /// </summary>
    /// <param name="path">Of the zip; by custom it ends in <c>.zip</c>. Its directory must exist.</param>
    public void Save(string path) => AtomicFile.Write(path, Save);

    /// <summary>Writes the model as a zip to a stream, which is left open and need not be able to seek.</summary>
    /// <param name="stream">Where to.</param>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ModelZip.Write(stream, this);
    }
}
